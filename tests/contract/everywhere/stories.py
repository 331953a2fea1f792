"""The command line's contract as a table: who calls what, how it ends, how the thread then is.

A story is about one thread, which a graph of the samples or of `send/graphs` has just left. Its
lines are, with two spaces between the columns:

    bob: answer --text yes      5  conflict  running     ann, where nobody is named

the call, which source and thread follow by themselves, the exit status, the outcome of the last
event (- for a command that tells none) and the state of the thread afterwards. A line may begin
with the kinds of places for which alone it holds, `server | …`. There are three reasons for it:
nothing goes on in a file or a database once the process that runs the graph is gone, a run that is
stopped leaves its answer taken at a server, but not there, and a server does not tell which answers
were taken: one that the node never came to counts as such, until a retry asks again. Other lines:

    down on, hang off, …        what the node does after its effect: it fails, it waits
    begin bob: answer …         bob's call, left at work once its effect is there
    signal INT, signal KILL     what the one at work is sent
    end  7  cancelled  in_doubt how the one at work ended
    effects yes no              all that answers did so far
"""

from __future__ import annotations

STORIES: dict[str, tuple[str, str]] = {
    "one question after another, and an answer that comes too late": ("twice", """
        show                            0  -         open
        retry                           2  refused   open
        continue                        2  refused   open
        reopen                          2  refused   open
        abandon                         2  refused   open
        answer --text yes --read-only   2  refused   open
        answer --interrupt no --text 1  5  conflict  open
        answer --text one               3  paused    open
        answer --text two               0  finished  done
        answer --text no                5  conflict  done
        retry                           2  refused   done
        audit verify                    0  -         done
        """),
    "an answer that is locked in": ("effect", """
        down on
        answer --text yes               6  failed    locked
        answer --text no                2  refused   locked
        continue                        2  refused   locked
        reopen                          3  paused    open
        answer --text no                6  failed    locked
        down off
        retry                           0  finished  done
        effects yes no no
        """),
    "a node that fails before it comes to its second question": ("twice", """
        answer --text one               3  paused    open
        down on
        sqlite postgres | answer --text two     6  failed    open
        server | answer --text two      6  failed    locked
        down off
        server | answer --text three    2  refused   locked
        server | retry                  3  paused    open
        answer --text three             0  finished  done
        """),
    "an answer that its schema refuses": ("refund", """
        answer --value {"approved":"perhaps"}               4  refused   open
        answer --text yes                                   4  refused   open
        answer --decision approve                           4  refused   open
        answer --value {oops                                2  refused   open
        answer                                              2  -         open
        answer --value 1 --text 1                           2  -         open
        """),
    "a breakpoint": ("approval_gate", """
        answer --text yes               5  conflict  paused
        retry                           2  refused   paused
        continue                        0  finished  done
        """),
    "a task that failed": ("monthly_report", """
        continue                        2  refused   failed
        retry                           6  failed    failed
        """),
    "somebody is at it": ("effect", """
        hang on
        begin bob: answer --text yes
        answer --text no                5  conflict  running
        retry                           5  conflict  running
        hang off
        end                             0  finished  done
        effects yes
        """),
    "it is stopped by whoever began it": ("effect", """
        hang on
        begin answer --text yes
        signal INT
        end                             7  cancelled  in_doubt
        hang off
        answer --text no                5  conflict  in_doubt
        continue                        5  conflict  in_doubt
        sqlite postgres | abandon               0  finished  open
        sqlite postgres | answer --text yes     0  finished  done
        server | abandon                0  finished  locked
        server | retry                  0  finished  done
        effects yes yes
        """),
    "whoever began it is killed": ("effect", """
        hang on
        begin answer --text yes
        signal KILL
        sqlite postgres | show          0  -         in_doubt
        sqlite postgres | watch         5  conflict  in_doubt
        sqlite postgres | cancel        5  -         in_doubt
        server | show                   0  -         running
        server | cancel                 0  -         in_doubt
        server | watch                  7  cancelled  in_doubt
        hang off
        retry                           0  finished  done
        effects yes yes
        """),
    "a claim": ("effect", """
        claim --until 2h                0  -         open
        bob: answer --text yes          5  conflict  open
        bob: claim                      5  -         open
        bob: release                    5  -         open
        snooze --until 2h               0  -         open
        release                         0  -         open
        bob: answer --text yes          0  finished  done
        effects yes
        """),
}  # fmt: skip
