"""The checks, a file each for what they look at; ``huiyin.doctor.registry`` lists them."""
