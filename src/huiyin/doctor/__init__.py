"""Whether an installation is fit to serve: checks of everything that it stands on, each with what to do, and the question of a load balancer.

Nothing is imported here: ``surroundings`` is read before there are settings, ``examination`` imports models.
"""
