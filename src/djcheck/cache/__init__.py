"""What earlier runs found out, kept on the disk: a store of results by digests of what they were made from."""
