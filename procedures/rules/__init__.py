"""What procedures are, without a query or a clock."""
