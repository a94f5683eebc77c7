"""The account back-office of a university."""
