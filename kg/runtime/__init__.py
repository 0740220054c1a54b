"""What any step runs on: worker processes, atomic files, plug-ins and progress."""
