"""Running under systemd: what its files say (``units``), and putting them in place and taking them away (``placing``)."""
