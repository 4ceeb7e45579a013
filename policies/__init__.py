"""The verifier: judges what was registered, from neutral facts, and knows neither our components nor any cloud's SDK."""
