"""One color and one line style for each size of batch, the same in all figures of this chapter."""
ONE, MINI, FULL = "#A0522D", "#5A5AC8", "#333333"
DOTS, DASHES = (0, (1, 1.2)), (0, (4, 1.5))
