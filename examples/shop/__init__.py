"""Three programs that know each other only through typed signals: a shop, a packer and a mailer."""
