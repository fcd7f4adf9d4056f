"""What an evaluation noted, kept from one run to the next."""
