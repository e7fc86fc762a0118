namespace Harness;

/// <summary>What the command line asked for.</summary>
internal sealed record Options
{
    /// <summary>Where the gateway and the .NET peers were published to.</summary>
    public string Built { get; private set; } = "bench/.out";

    public IReadOnlyList<string> Only { get; private set; } = [];

    public int Rounds { get; private set; }

    public int Seconds { get; private set; }

    public double Minutes { get; private set; } = 10;

    public int Largest { get; private set; } = int.MaxValue;

    public string? Out { get; private set; }

    public bool Install { get; private set; }

    /// <param name="usage">The command's usage, which names its options.</param>
    /// <param name="args">What was given.</param>
    /// <param name="rounds">Where it does not say how many.</param>
    /// <param name="seconds">Where it does not say how long.</param>
    /// <returns>Null when something was not understood; the usage has been printed.</returns>
    public static Options? Parse(string usage, string[] args, int rounds, int seconds = 2)
    {
        var options = new Options { Rounds = rounds, Seconds = seconds };
        for (int i = 0; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            bool named = args[i] == "--built" || usage.Contains("  " + args[i] + " ", StringComparison.Ordinal);
            if (!named || !options.TryTake(args[i], value))
            {
                Console.Error.WriteLine($"not understood: {args[i]}\n{usage}");
                return null;
            }

            i += args[i] == "--install" ? 0 : 1;
        }

        return options;
    }

    public bool Wants(string part) => Only.Count == 0 || Only.Contains(part, StringComparer.OrdinalIgnoreCase);

    /// <summary>The same, for a row whose figures differ more from round to round than the others'.</summary>
    public Options WithRounds(int atLeast) => this with { Rounds = Math.Max(Rounds, atLeast) };

    private bool TryTake(string option, string? value) => option switch
    {
        "--install" => Install = true,
        "--built" when value is not null => Take(() => Built = value),
        "--only" when value is not null => Take(() => Only = value.Split(',')),
        "--out" when value is not null => Take(() => Out = value),
        "--rounds" when int.TryParse(value, out int rounds) && rounds > 0 => Take(() => Rounds = rounds),
        "--seconds" when int.TryParse(value, out int seconds) && seconds > 0 => Take(() => Seconds = seconds),
        "--largest" when int.TryParse(value, out int largest) && largest > 0 => Take(() => Largest = largest),
        "--minutes" when double.TryParse(value, out double minutes) && minutes > 0 => Take(() => Minutes = minutes),
        _ => false,
    };

    private static bool Take(Action take)
    {
        take();
        return true;
    }
}
