using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Fleet;

/// <summary>
/// Load on two gateways while their Redis is disturbed. The destination writes into every response whom it is for; whatever happens,
/// every response is the right one, whole, for the user and the variant that asked.
/// </summary>
public sealed class FleetFaultTests
{
    private static readonly string[] Kinds = ["html", "json", "text"];
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);
    private readonly ConcurrentQueue<string> _wrong = new();
    private int _answered;
    private int _hits;

    public static TheoryData<string, bool> Faults => new()
    {
        { "kill", false }, { "kill", true },
        { "pause", false }, { "pause", true },
        { "flush", false }, { "flush", true },
        { "cut", false }, { "damage", true },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Redis_DisturbedUnderLoad_EveryAnswerIsRight(string fault, bool perUser)
    {
        var policy = new CachePolicy { PerUser = perUser, Tags = ["t-{path:1}"] };
        await using CacheFleet fleet = await CacheFleet.StartAsync(policy, AnswerAsync, SetSession, TimeSpan.FromMilliseconds(100));
        using var stop = new CancellationTokenSource(Duration);

        Task disturbing = DisturbAsync(fleet.Redis, fault, stop.Token);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => AskAsync(worker % 2 == 0 ? fleet.One : fleet.Two, worker, stop.Token)));
        await disturbing;

        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: {_answered} answers, {_hits} hits, {fleet.Destination.Requests.Count} fetches");
        Assert.Empty(_wrong.Take(5));
        Assert.True(_answered > 16, $"{_answered} answers");
        Assert.True(_hits > 0);
    }

    private async Task AskAsync(CacheHost gateway, int worker, CancellationToken stop)
    {
        var random = new Random(worker);
        while (!stop.IsCancellationRequested)
        {
            string path = $"/{(char)('a' + random.Next(4))}/{random.Next(6)}";
            string? user = random.Next(3) == 0 ? null : $"user-{random.Next(4)}";
            bool session = random.Next(2) == 0;
            string kind = Kinds[random.Next(Kinds.Length)];
            string[] headers = user is null ? [$"X-Kind: {kind}"] : [$"X-Kind: {kind}", session ? $"X-Test-Session: {user}" : $"Authorization: Bearer {user}"];
            Answer answer = await gateway.GetAsync(path, headers);
            Interlocked.Increment(ref _answered);
            Interlocked.Add(ref _hits, answer.IsHit ? 1 : 0);
            string expected = BodyOf(path, IsForOne(path) ? user : null, kind);
            if (answer.Status != 200 || answer.Body != expected)
            {
                _wrong.Enqueue($"{path} {user} {kind}: {answer.Status} {answer.CacheStatus} {answer.Body[..Math.Min(60, answer.Body.Length)]}");
            }
        }
    }

    private static async Task DisturbAsync(RedisServer redis, string fault, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(400, CancellationToken.None);
            switch (fault)
            {
                case "kill":
                    await redis.KillAsync();
                    await Task.Delay(300, CancellationToken.None);
                    await redis.StartAgainAsync();
                    break;
                case "pause":
                    redis.Pause();
                    await Task.Delay(300, CancellationToken.None);
                    redis.Resume();
                    break;
                case "flush":
                    await redis.SendAsync("FLUSHALL");
                    break;
                case "cut":
                    await redis.SendAsync("CLIENT KILL TYPE normal");
                    await redis.SendAsync("CLIENT KILL TYPE pubsub");
                    break;
                default:
                    // Every stored value loses its last bytes.
                    await redis.SendAsync("EVAL \"for _,k in ipairs(redis.call('KEYS','gw:c:1:*')) do for _,f in ipairs(redis.call('HKEYS',k)) do if #f==64 then redis.call('HSET',k,f,string.sub(redis.call('HGET',k,f),1,-9)) end end end for _,k in ipairs(redis.call('KEYS','gw:c:b:*')) do redis.call('SETRANGE',k,100,'damaged') end\" 0");
                    break;
            }
        }
    }

    /// <summary>/a and /b are one response for everybody, /c and /d one for each user.</summary>
    private static bool IsForOne(string path) => path[1] is 'c' or 'd';

    private static void SetSession(HttpContext context)
    {
        if (context.Request.Headers["X-Test-Session"] is { Count: > 0 } user)
        {
            GatewayRequest.Of(context).Session = new TestSession(user.ToString());
        }
    }

    private static Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        IHeaderDictionary headers = context.Request.Headers;
        string? user = headers.Authorization.Count > 0 ? headers.Authorization.ToString()["Bearer ".Length..] : headers["X-Test-Session"].FirstOrDefault();
        context.Response.Headers.Vary = "X-Kind";
        // /d says too little, and must not be shared all the same: its requests carry credentials.
        context.Response.Headers.CacheControl = path[1] switch
        {
            'a' => "public, max-age=60",
            'b' => "s-maxage=1, stale-while-revalidate=1",
            'c' => user is null ? "max-age=1" : "private, max-age=60",
            _ => user is null ? "no-store" : "max-age=60",
        };
        context.Response.Headers.ETag = $"\"{path}-{(IsForOne(path) ? user : "")}-{headers["X-Kind"]}\"";
        return context.Response.WriteAsync(BodyOf(path, IsForOne(path) ? user : null, headers["X-Kind"].ToString()));
    }

    /// <summary>Short, long enough to be compressed, or in chunks, by its path.</summary>
    private static string BodyOf(string path, string? user, string kind)
    {
        string head = $"{path} for {user ?? "everybody"} as {kind}: ";
        int repeats = path[^1] switch { '0' => 4000, '1' => 500, _ => 1 };
        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(head)));
        return head + string.Concat(Enumerable.Repeat(hash, repeats));
    }

    private sealed class TestSession(string user) : RequestSession
    {
        public override UInt128 Id => (UInt128)(uint)user.GetHashCode(StringComparison.Ordinal);

        public override string? User => user;

        public override string? Field(string name) => null;
    }
}
