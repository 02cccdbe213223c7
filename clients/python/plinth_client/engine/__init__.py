"""Sending requests: the credential, attempts, and two ways of waiting."""
