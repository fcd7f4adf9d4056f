"""Rules about text that becomes SQL."""
