"""How somebody proves who they are: second factors, confirmations, tokens."""
