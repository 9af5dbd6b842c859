"""What the data quality page shows: findings, completeness, eligibility that runs out."""
