"""A task queue in one process: `delay` runs the task at once."""


def shared_task(function):
    function.delay = function
    return function
