"""How an endpoint is asked: guarded transport, limits, retries, cache, pages, verdict."""
