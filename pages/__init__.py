"""What people see; imports `warehouse` and `locales`, and starts `etl` and `checks` only as processes."""
