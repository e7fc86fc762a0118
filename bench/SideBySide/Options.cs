namespace SideBySide;

/// <summary>What the command line asked for.</summary>
internal sealed record Options
{
    private const string Usage = """
        usage: bench/side-by-side [options]
          --only P1,P3     these rows only
          --rounds N       interleaved rounds of each row (default 5); the table shows medians
          --seconds S      load on each contender in each round (default 2)
          --out FILE       also write the table there
          --install        install the peers that are missing, by apt-get
        """;

    /// <summary>Where the gateway and the .NET peers were published to.</summary>
    public string Built { get; private set; } = "bench/.out";

    public IReadOnlyList<string> Only { get; private set; } = [];

    public int Rounds { get; private set; } = 5;

    public int Seconds { get; private set; } = 2;

    public string? Out { get; private set; }

    public bool Install { get; private set; }

    /// <returns>Null when something was not understood; the usage has been printed.</returns>
    public static Options? Parse(string[] args)
    {
        var options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            bool known = args[i] switch
            {
                "--install" => options.Install = true,
                "--built" when value is not null => Take(() => options.Built = value),
                "--only" when value is not null => Take(() => options.Only = value.Split(',')),
                "--out" when value is not null => Take(() => options.Out = value),
                "--rounds" when int.TryParse(value, out int rounds) && rounds > 0 => Take(() => options.Rounds = rounds),
                "--seconds" when int.TryParse(value, out int seconds) && seconds > 0 => Take(() => options.Seconds = seconds),
                _ => false,
            };
            if (!known)
            {
                Console.Error.WriteLine($"not understood: {args[i]}\n{Usage}");
                return null;
            }

            i += args[i] == "--install" ? 0 : 1;
        }

        return options;
    }

    public bool Wants(string row) => Only.Count == 0 || Only.Contains(row, StringComparer.OrdinalIgnoreCase);

    private static bool Take(Action take)
    {
        take();
        return true;
    }
}
