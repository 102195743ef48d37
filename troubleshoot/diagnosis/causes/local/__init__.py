"""A deployment on the reader's own machine, made with --local."""
