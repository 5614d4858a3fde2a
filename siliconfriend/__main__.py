"""`python -m siliconfriend` is the command `siliconfriend`."""

from bots.__main__ import main

if __name__ == "__main__":
    main()
