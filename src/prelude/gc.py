"""The collector of unreachable objects: there is none, objects go when their last reference does."""


def collect(generation=2):
    return 0


def enable():
    pass


def disable():
    pass


def isenabled():
    return True
