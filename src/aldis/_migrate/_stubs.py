from __future__ import annotations
def stub_changes(plan, folder): return []
