"""A small shop on Flask and blinker. It imports nothing of aldis, which draws and traces it.

cd examples
python -m aldis.blinker -m aldis graph flask_shop
python -m aldis.blinker -m aldis trace flask_shop.py
"""

from __future__ import annotations

from blinker import Namespace
from flask import Flask, Response, request_finished

app = Flask("shop")
stock = {"lamp": 2}

_signals = Namespace()
order_placed = _signals.signal("order-placed", doc="Sent after an order is stored.")
stock_low = _signals.signal("stock-low", doc="Sent when an item should be ordered again.")


@app.post("/orders/<item>")
def order(item: str) -> dict[str, str]:
    order_placed.send(app, item=item, amount=1)
    return {"ordered": item}


@order_placed.connect
def take_from_stock(shop: Flask, item: str, amount: int) -> None:
    stock[item] -= amount
    if stock[item] < 2:
        stock_low.send(shop, item=item, left=stock[item])


@order_placed.connect
def write_mail(shop: Flask, item: str, **extra: object) -> None:
    print(f"mail: the {shop.name} sends you a {item}")


@stock_low.connect
def order_again(shop: Flask, item: str, left: int) -> None:
    stock[item] += 10


@request_finished.connect
def log(shop: Flask, response: Response, **extra: object) -> None:
    print(f"{shop.name} answers {response.status}")


if __name__ == "__main__":
    app.test_client().post("/orders/lamp")
