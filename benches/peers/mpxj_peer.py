"""MPXJ on a network from a file: mpxj_peer.py STEM. It reads STEM.xml and plans it with its scheduler for Microsoft Project."""

import importlib.metadata
import statistics
import sys
import threading
import time

import jpype
import mpxj  # noqa: F401, puts its jars on the class path


def main(stem):
    jpype.startJVM("-Xmx6g", "-Xss512m")
    from java.lang.management import ManagementFactory
    from java.time import LocalDateTime
    from org.mpxj.cpm import MicrosoftScheduler
    from org.mpxj.reader import UniversalProjectReader

    project = UniversalProjectReader().read(stem + ".xml")
    threads = ManagementFactory.getThreadMXBean()
    start = LocalDateTime.of(2026, 1, 5, 8, 0)
    times = []
    began = time.perf_counter()
    # The first runs warm up Java's compiler.
    while len(times) < 3 or (len(times) < 20 and time.perf_counter() - began < 10):
        before = threads.getCurrentThreadCpuTime()
        MicrosoftScheduler().schedule(project, start)
        times.append(threads.getCurrentThreadCpuTime() - before)
    print(f"version {importlib.metadata.version('mpxj')}")
    print(f"ns {statistics.median(times):.0f}")
    print(f"finish {project.getProjectProperties().getFinishDate()}")
    # Java would wait for this thread for ever.
    jpype.java.lang.Thread.detach()


# Its scheduler recurses along the links: a thread with room for that.
threading.stack_size(1 << 29)
thread = threading.Thread(target=main, args=(sys.argv[1],))
thread.start()
thread.join()
