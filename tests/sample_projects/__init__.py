"""Do the sample projects really behave as their marks say, in a running Django?"""
