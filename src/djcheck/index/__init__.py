"""All facts in, one ProjectIndex out: what every name, class, model and setting of the project stands for."""
