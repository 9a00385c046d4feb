"""The command line: options in, sentences out. The only place that prints, prompts and ends the process."""
