"""Around the kernel: what it is told to run, how work is shared out, what is noted of runs."""
