namespace Harness;

/// <summary>What each command understands: an option that its usage does not name is not one of its options.</summary>
internal static class Usage
{
    public const string SideBySide = """
        usage: bench/side-by-side [options]
          --only P1,P3     these rows only
          --rounds N       interleaved rounds of each row (default 5); the table shows medians
          --seconds S      load on each contender in each round (default 1)
          --out FILE       also write the table there
          --install        install the peers that are missing, by apt-get
        """;

    public const string Growth = """
        usage: bench/growth [options]
          --only partitions,routes
                           these curves only: routes, partitions, partitions-redis, limits, sessions, entries
          --largest N      leave out points beyond, for a quick look
          --rounds N       interleaved rounds of each curve (default 3); the table shows medians
          --seconds S      load on each point in each round (default 2)
          --out FILE       also write the tables there
          --install        install wrk, nginx and Redis, by apt-get
        """;

    public const string LongRun = """
        usage: bench/long-run [options]
          --minutes M      how long (default 10)
          --out FILE       also write the table there
          --install        install wrk, nginx and Redis, by apt-get
        """;

    public const string Scaling = """
        usage: bench/scaling [options]
          --only costs     what calls cost one primary and a Cluster, and what follows for sizes
          --only check     that, and the model beside runs with 1 to 3 gateways, on both (default)
          --rounds N       how often each cost is measured (default 3); the lowest counts
          --seconds S      load for each (default 1)
          --out FILE       also write the tables there
          --install        install wrk, nginx and Redis, by apt-get
        """;
}
