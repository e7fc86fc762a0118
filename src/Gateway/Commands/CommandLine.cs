using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Configuration;

namespace Gateway.Commands;

/// <summary>The whole command line: one root that runs the gateway, and the commands beside it.</summary>
internal static class CommandLine
{
    /// <summary>The exit code when the command line cannot be understood.</summary>
    public const int UsageMistake = 2;

    /// <summary>Runs what <paramref name="arguments"/> ask for; 2 and the usage on the error output when they cannot be understood.</summary>
    /// <param name="run">Runs the gateway until it is stopped.</param>
    /// <param name="output">Where results go. Default: the console.</param>
    /// <param name="error">Where mistakes of usage go. Default: the console's error output.</param>
    public static async Task<int> RunAsync(
        string[] arguments, Func<RunOptions, CancellationToken, Task<int>> run, TextWriter? output = null, TextWriter? error = null)
    {
        ParseResult parsed = WithoutCommands(arguments, run) ?? Create(run).Parse(arguments);
        string[] mistakes = [.. Mistakes(parsed)];
        if (mistakes.Length > 0)
        {
            await WriteUsageAsync(parsed, mistakes, error ?? Console.Error);
            return UsageMistake;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output ?? Console.Out, Error = error ?? Console.Error });
    }

    /// <summary>A gateway that only runs need not wait until every command is made. Null: they ask for something else.</summary>
    private static ParseResult? WithoutCommands(string[] arguments, Func<RunOptions, CancellationToken, Task<int>> run)
    {
        RootCommand root = CreateRoot(run, new CommonOptions());
        ParseResult parsed = root.Parse(arguments);
        return parsed.Errors.Count == 0 && ReferenceEquals(parsed.Action, root.Action) ? parsed : null;
    }

    private static RootCommand CreateRoot(Func<RunOptions, CancellationToken, Task<int>> run, CommonOptions options)
    {
        var root = new RootCommand("An API gateway: rate limits, sessions and a response cache in front of your API.\nWithout a command it runs the gateway.");
        options.AddTo(root);
        root.SetAction((parsed, cancellation) => run(options.Read(parsed), cancellation));
        return root;
    }

    private static RootCommand Create(Func<RunOptions, CancellationToken, Task<int>> run)
    {
        var options = new CommonOptions();
        RootCommand root = CreateRoot(run, options);
        root.Add(CheckCommand.Create(options));
        root.Add(ExplainCommand.Create(options));
        root.Add(PurgeCommand.Create());
        root.Add(SessionsCommand.Create());
        root.Add(LimitsCommand.Create());
        root.Add(EventsCommand.Create());
        root.Add(HealthCommand.Create());
        return root;
    }

    // A command's argument would take an option it does not know for its value: "check --nosuch".
    private static IEnumerable<string> Mistakes(ParseResult parsed) =>
        parsed.Errors.Select(mistake => mistake.Message)
            .Concat(parsed.Tokens.TakeWhile(token => token.Type is not TokenType.DoubleDash)
                .Where(token => token.Type is TokenType.Argument && token.Value is ['-', _, ..])
                .Select(token => $"Unknown option {token.Value}."));

    // "sessions", "show"
    private static IEnumerable<string> PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? PathOf(parent).Append(command.Command.Name) : [];

    private static async Task WriteUsageAsync(ParseResult parsed, string[] mistakes, TextWriter error)
    {
        foreach (string mistake in mistakes.Distinct())
        {
            await error.WriteLineAsync($"gateway: {mistake}");
        }

        await error.WriteLineAsync();
        string[] help = [.. PathOf(parsed.CommandResult), "--help"];
        await Create((_, _) => Task.FromResult(0)).Parse(help).InvokeAsync(new InvocationConfiguration { Output = error });
    }
}
