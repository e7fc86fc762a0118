using Harness.Servers;

namespace Harness.Measuring;

/// <summary>Measures contenders in turn, round after round (A B C, A B C …), so that what changes on the machine meets all alike.</summary>
internal static class Rounds
{
    /// <summary>Seconds until most hot methods of a .NET program are compiled for good, where a request does not take much code.</summary>
    public const int ManagedWarmUp = 12;

    /// <summary>As many rounds' time where many are to be warmed up.</summary>
    public const int ShortWarmUp = 3;

    /// <summary>The samples of each contender, one a round, after a warm-up.</summary>
    public static async Task<IReadOnlyDictionary<string, Sample[]>> RunAsync(IReadOnlyList<Contender> contenders, Site site, Options options)
    {
        var servers = new List<Server>();
        try
        {
            foreach (Contender contender in contenders)
            {
                servers.Add(await contender.Start(site));
                await Probe.ExpectAsync(contender.Name, servers[^1], contender.Load);
                await PrepareAsync(contender, servers[^1], servers[^1].IsManaged ? Math.Max(contender.WarmUp, options.Seconds) : options.Seconds, seed: 1);
            }

            return await TakeTurnsAsync(contenders, servers, options);
        }
        finally
        {
            foreach (Server server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Runs a contender until its hottest methods are compiled.</summary>
    public static Task WarmUpAsync(Contender contender, Server server, Options options) =>
        PrepareAsync(contender, server, ShortWarmUp * options.Seconds, seed: 1);

    /// <summary>The samples of each contender, one a round; each runs on the server at its own index.</summary>
    public static async Task<IReadOnlyDictionary<string, Sample[]>> TakeTurnsAsync(
        IReadOnlyList<Contender> contenders, IReadOnlyList<Server> servers, Options options)
    {
        var samples = contenders.ToDictionary(static contender => contender.Name, _ => new Sample[options.Rounds]);
        for (int round = 0; round < options.Rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                if (contenders[i].LeadIn > 0)
                {
                    await PrepareAsync(contenders[i], servers[i], contenders[i].LeadIn, seed: -round - 2);
                }

                samples[contenders[i].Name][round] = await MeasureAsync(contenders[i], servers[i], options.Seconds, seed: round + 2);
            }
        }

        return samples;
    }

    /// <summary>What is answered meanwhile is not judged: one answer too late, of a program that is being compiled, must not end a row.</summary>
    private static async Task PrepareAsync(Contender contender, Server server, int seconds, int seed) =>
        await MeasureAsync(contender with { Load = contender.Load with { Status = 0 } }, server, seconds, seed);

    private static async Task<Sample> MeasureAsync(Contender contender, Server server, int seconds, int seed)
    {
        try
        {
            return await Wrk.RunAsync(server, contender.Load, seconds, seed);
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"{contender.Name}: {problem.Message}", problem);
        }
    }
}
