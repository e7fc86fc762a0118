namespace Gateway.Configuration.Mistakes;

/// <summary>Mistakes for a terminal: one a line, then how many there are.</summary>
internal static class MistakeText
{
    public static async Task WriteAsync(IReadOnlyList<ConfigMistake> mistakes, TextWriter output)
    {
        foreach (ConfigMistake mistake in mistakes)
        {
            await output.WriteLineAsync(mistake.ToString());
        }

        int errors = mistakes.Count(mistake => !mistake.IsWarning);
        if (errors > 0)
        {
            await output.WriteLineAsync($"{errors} {(errors == 1 ? "mistake" : "mistakes")}");
        }
    }
}
