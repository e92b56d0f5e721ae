"""The queue: its views, filters, sorts and columns, read from an address by pages and by jobs."""
