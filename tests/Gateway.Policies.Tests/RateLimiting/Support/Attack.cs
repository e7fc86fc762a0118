namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>A hostile plan against one partition: how long to wait, in microseconds, then for how many permits to ask.</summary>
internal sealed record Attack(string Name, IReadOnlyList<(long Wait, int Permits)> Steps)
{
    private const int RandomOnes = 12;

    /// <summary>Every plan. Each begins with a calendar window and asks for more than there can be, over several windows.</summary>
    /// <param name="window">In microseconds.</param>
    /// <param name="most">More than may ever be free at once.</param>
    public static IEnumerable<Attack> All(long window, int most)
    {
        yield return new("a burst on each side of every window's edge", [.. EdgeBursts(window, most)]);
        yield return new("all that is free, whenever something is", [.. Enumerable.Repeat((window / 200, most), 600)]);
        yield return new("a burst, then one by one", [(0, most), .. Enumerable.Repeat((window / 200, 1), 500)]);
        yield return new("half, and half just before it is forgotten", [.. Enumerable.Repeat(((window / 2) - 1, most / 4), 12)]);
        yield return new("a microsecond off a sub-window", [.. Enumerable.Repeat(((window / 64) - 1, most / 8), 200)]);
        for (int seed = 0; seed < RandomOnes; seed++)
        {
            yield return new($"at random, {seed}", [.. AtRandom(new Random(seed), window, most)]);
        }
    }

    private static IEnumerable<(long Wait, int Permits)> EdgeBursts(long window, int most)
    {
        yield return (window - 1, most);
        for (int i = 0; i < 4; i++)
        {
            yield return (1, most);
            yield return (window - 1, most);
        }
    }

    private static IEnumerable<(long Wait, int Permits)> AtRandom(Random random, long window, int most)
    {
        long[] waits = [0, 1, window / 64, window / 2, window - 1, window];
        for (int i = 0; i < 120; i++)
        {
            long wait = random.Next(3) == 0 ? waits[random.Next(waits.Length)] : random.NextInt64(window / 10);
            yield return (wait, 1 + random.Next(random.Next(2) == 0 ? most : most / 16));
        }
    }
}
