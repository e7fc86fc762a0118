using System.Globalization;
using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// Boosts in one hash of Redis, <c>{KeyPrefix}rl:boosts</c>. A change is told on a channel and read by every gateway at once; whatever
/// was not heard is read within <see cref="Interval"/>. While Redis is away the boosts known last go on to their end.
/// </summary>
internal sealed partial class RedisBoosts(RedisLink redis, BoostTable table, TimeProvider time, ILogger<RedisBoosts> logger) : BackgroundService, IBoosts
{
    private const string Name = "rl:boosts";
    private const int NumbersPerBoost = 3;
    private static readonly RedisScript Script = RedisScript.Embedded("boost.lua");
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OperatorsPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IntervalWhileAway = TimeSpan.FromSeconds(1);

    private readonly RedisKey _key = redis.KeyPrefix + Name;
    private volatile TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<bool> SetAsync(UInt128 partition, long limit, TimeSpan left) =>
        Take(await EvaluateAsync(partition.ToString("x32", CultureInfo.InvariantCulture), limit, left, OperatorsPatience));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.Warm(Script);
        await using RedisSubscription changes = redis.Subscribe(Name, _ => Wake(), restored: Wake);
        while (!stoppingToken.IsCancellationRequested)
        {
            TaskCompletionSource woken = _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TimeSpan wait = await TryReadAsync() ? Interval : IntervalWhileAway;
            await woken.Task.WaitAsync(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Wake() => _woken.TrySetResult();

    private async Task<bool> TryReadAsync()
    {
        try
        {
            return Take(await EvaluateAsync("", 0, TimeSpan.Zero, Patience));
        }
        catch (StoreUnavailableException away)
        {
            LogNotRead(away.Message);
            return false;
        }
    }

    private ValueTask<RedisResult> EvaluateAsync(string partition, long limit, TimeSpan left, TimeSpan patience) => redis.EvaluateAsync(
        Script,
        [_key],
        [partition, limit, (long)left.TotalMilliseconds, Boost.Most, redis.KeyPrefix + Name],
        new WaitBudget { Limit = patience });

    /// <summary>False: there was no room for another.</summary>
    private bool Take(RedisResult reply)
    {
        if (reply.Resp2Type is ResultType.Integer)
        {
            return false;
        }

        if (reply.Resp2Type is not ResultType.Array || reply.Length % NumbersPerBoost != 0)
        {
            throw redis.Malformed("boost.lua did not answer three values for each boost");
        }

        var boosts = new List<(UInt128, long, TimeSpan)>();
        for (int i = 0; i < reply.Length; i += NumbersPerBoost)
        {
            if (UInt128.TryParse((string?)reply[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 partition))
            {
                boosts.Add((partition, Number(reply[i + 1]), TimeSpan.FromMilliseconds(Number(reply[i + 2]))));
            }
        }

        table.Replace(boosts);
        return true;
    }

    private long Number(RedisResult value) =>
        value.Resp2Type is ResultType.Integer ? (long)value : throw redis.Malformed("boost.lua did not answer numbers");

    [LoggerMessage(212, LogLevel.Debug, "Boosts were not read: {Reason}")]
    private partial void LogNotRead(string reason);
}
