"""What the agent makes of ambiguous findings: who it is, what it is asked, what it may see, what it answered."""
