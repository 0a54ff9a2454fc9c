"""Encryption of personal data, and the key ring of the installation. Below everything that keeps data; knows no framework."""
