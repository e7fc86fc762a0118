using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// Keeps the gateways of one Redis acquainted: a sign of life every few seconds, which counts those alive and agrees on the secret.
/// A gateway that falls silent stops counting after <see cref="SilenceSeconds"/>; one that stops in order says so.
/// </summary>
internal sealed partial class RedisPresence(
    RedisLink redis, SecretAgreement secret, TimeProvider time, ILogger<RedisPresence> logger, Func<LiveGateway>? self = null)
    : BackgroundService, ILiveGateways
{
    internal const int SilenceSeconds = 15;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IntervalWhileAway = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(60);
    private static readonly RedisScript Presence = RedisScript.Embedded("presence.lua");

    private readonly RedisKey _key = redis.KeyPrefix + "gateways";
    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly LiveCount _count = new(TimeSpan.FromSeconds(SilenceSeconds), time);

    public int Count => _count.Count;

    public IReadOnlyList<LiveGateway> Known { get; private set; } = self is null ? [] : [self()];

    /// <summary>The first sign of life is part of starting, so that limits are shared from the first request on; Redis away is no error.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.Warm(Presence);
        redis.Restored += OnRestored;
        await BeatAsync();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        redis.Restored -= OnRestored;
        await base.StopAsync(cancellationToken);
        try
        {
            await redis.CallAsync((_key, _id), static (database, call) => database.SortedSetRemoveAsync(call._key, call._id), NoRequestWaits());
        }
        catch (StoreUnavailableException)
        {
            // The others stop counting this gateway when it stays silent.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        bool answered = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(answered ? Interval : IntervalWhileAway, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            answered = await BeatAsync();
        }
    }

    /// <summary>A Redis that restarted may have lost the secret: give it back before a gateway that starts now writes its own.</summary>
    private void OnRestored(object? sender, EventArgs restored) => _ = BeatAsync();

    private static WaitBudget NoRequestWaits() => new() { Limit = TimeSpan.FromSeconds(1) };

    /// <summary>One sign of life; false when Redis did not answer.</summary>
    private async Task<bool> BeatAsync()
    {
        try
        {
            await secret.AgreeAsync();
            RedisResult heard = await redis.EvaluateAsync(Presence, [_key], [_id, SilenceSeconds], NoRequestWaits());
            if (heard.Resp2Type is ResultType.Array && heard.Length > 1)
            {
                _count.Heard(heard.Length - 1, wasKnown: (int)heard[0] == 1);
                await MeetAsync([.. Enumerable.Range(1, heard.Length - 1).Select(i => $"{heard[i]}")]);
            }

            return true;
        }
        catch (StoreUnavailableException away)
        {
            LogAway(away.Message);
            return false;
        }
    }

    /// <summary>Says who this gateway is, and reads it of the others.</summary>
    private async Task MeetAsync(string[] ids)
    {
        if (self is null)
        {
            return;
        }

        LiveGateway own = self();
        await redis.CallAsync(
            (Key: About(_id), Text: LiveGatewayRecord.Write(own)), static (database, call) => database.StringSetAsync(call.Key, call.Text, Kept), NoRequestWaits());
        RedisKey[] others = [.. ids.Where(id => id != _id).Select(About)];
        // One by one: on a Cluster they stand in different slots.
        RedisValue[] told = await redis.CallAsync(
            others, static (database, keys) => Task.WhenAll(keys.Select(key => database.StringGetAsync(key))), NoRequestWaits());
        Known = [own, .. told.Select(text => LiveGatewayRecord.Read(text)).OfType<LiveGateway>()];
    }

    private RedisKey About(string id) => $"{redis.KeyPrefix}gateway:{LiveGatewayRecord.Version}:{id}";

    [LoggerMessage(210, LogLevel.Debug, "No sign of life to the other gateways: {Reason}")]
    private partial void LogAway(string reason);
}
