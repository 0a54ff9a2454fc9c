"""What somebody has begun to fill in, kept until it is sent: texts and files, sealed, and the requests that add to them."""
