"""``manage.py bench``: what the product costs, measured beside the floor it stands on."""
