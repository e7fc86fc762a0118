using System.Globalization;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>News over Redis's publish and subscribe, on the channel <c>{KeyPrefix}rl:news</c>: the partition in 32 hexadecimal digits.</summary>
internal sealed class RedisPartitionNews(RedisLink redis) : IPartitionNews, IAsyncDisposable
{
    private const string Channel = "rl:news";
    private RedisSubscription? _subscription;

    public bool IsHeard => _subscription is { IsLive: true };

    public void Listen(Action<UInt128> reset, Action lost)
    {
        _subscription = redis.Subscribe(Channel, Take, lost);

        void Take(RedisValue message)
        {
            if (UInt128.TryParse((string?)message, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 partition))
            {
                reset(partition);
            }
            else
            {
                // Said by a version that has more to say: what, is not known.
                lost();
            }
        }
    }

    public async Task TellResetAsync(UInt128 partition)
    {
        try
        {
            string message = partition.ToString("x32", CultureInfo.InvariantCulture);
            await redis.CallAsync(
                (redis.KeyPrefix, message),
                static (database, news) => database.PublishAsync(RedisChannel.Literal(news.KeyPrefix + Channel), news.message),
                new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // The others lost their subscriptions too, and what they remember with them.
        }
    }

    public ValueTask DisposeAsync() => _subscription?.DisposeAsync() ?? ValueTask.CompletedTask;
}
