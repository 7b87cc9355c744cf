"""What things are: frozen records and pure rules, importing nothing else of ours."""
