"""Pages about how the work goes: the figures of an office, and the matters behind them."""
