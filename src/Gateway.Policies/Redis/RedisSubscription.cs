using System.Text;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// Listens to one channel across reconnects, and knows whether it hears. Redis delivers at most once: what is said while the
/// connection is broken is gone, so whoever must miss nothing stops trusting what it holds when that is lost and reads anew when it is restored.
/// </summary>
/// <remarks>
/// That it hears is proved, not assumed: it says a word of its own on the channel and waits for it, after every connect and every
/// 5 s. A broken connection is noticed at once, a silent one after 7 s at most.
/// </remarks>
public sealed partial class RedisSubscription : IAsyncDisposable
{
    private static readonly byte[] EchoMark = Encoding.ASCII.GetBytes("\0echo ");
    private const int DeafAttempts = 5;
    private const int Words = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);
    private readonly RedisLink _link;
    private readonly RedisChannel _channel;
    private readonly Action<RedisValue> _received;
    private readonly Action? _lost;
    private readonly Action? _restored;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Task _listening;
    private volatile Echo? _awaited;
    private volatile TaskCompletionSource _woken = new();
    private IConnectionMultiplexer? _subscribed;
    private int _losses;

    /// <inheritdoc cref="RedisLink.Subscribe"/>
    internal RedisSubscription(
        RedisLink link, string channel, Action<RedisValue> received, Action? lost, Action? restored, TimeProvider time, ILogger logger)
    {
        _link = link;
        _channel = RedisChannel.Literal(channel);
        _received = received;
        _lost = lost;
        _restored = restored;
        _time = time;
        _logger = logger;
        link.Lost += OnConnectionLost;
        _listening = ListenAsync();
    }

    /// <summary>Every message is heard.</summary>
    public bool IsLive { get; private set; }

    /// <summary>Ends it; no message and no event comes after.</summary>
    public async ValueTask DisposeAsync()
    {
        _link.Lost -= OnConnectionLost;
        await _stopping.CancelAsync();
        await _listening;
        _link.Connection?.GetSubscriber().UnsubscribeAsync(_channel, OnMessage, CommandFlags.FireAndForget).Forget();
        _stopping.Dispose();
    }

    private async Task ListenAsync()
    {
        for (int deaf = 0; !_stopping.IsCancellationRequested;)
        {
            var woken = _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            int losses = Volatile.Read(ref _losses);
            bool hears = false;
            try
            {
                hears = (IsSubscribed || await SubscribeAsync()) && await HearsItselfAsync();
            }
            catch (Exception failure) when (RedisFault.Of(failure) is not null)
            {
                LogNotHeard(RedisFault.Describe(failure));
            }

            Become(hears, losses);
            deaf = hears ? 0 : deaf + 1;
            _subscribed = deaf % DeafAttempts == DeafAttempts - 1 ? null : _subscribed;
            await woken.Task.WaitAsync(hears ? Interval : Retry, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>On the connection of now: a primary at a new address brings a new one.</summary>
    private bool IsSubscribed => _subscribed is not null && ReferenceEquals(_subscribed, _link.Connection);

    /// <summary>The client subscribes again by itself after every reconnect; this is for the first time, and for when that seems not to have worked.</summary>
    private async Task<bool> SubscribeAsync()
    {
        if (_link.Connection is not { IsConnected: true } connection)
        {
            return false;
        }

        // Without taking the handler away first, each message would be delivered twice.
        ISubscriber subscriber = connection.GetSubscriber();
        subscriber.UnsubscribeAsync(_channel, OnMessage, CommandFlags.FireAndForget).Forget();
        Task subscribing = subscriber.SubscribeAsync(_channel, OnMessage);
        subscribing.Forget();
        await subscribing.WaitAsync(Patience, _time, _stopping.Token);
        _subscribed = connection;
        return true;
    }

    private async Task<bool> HearsItselfAsync()
    {
        // Said again and again: after a reconnect a word may be said before the client has subscribed anew.
        var echo = new Echo();
        _awaited = echo;
        for (int said = 0; said < Words && !echo.Heard.Task.IsCompleted; said++)
        {
            Task saying = _link.Connection!.GetSubscriber().PublishAsync(_channel, echo.Word);
            saying.Forget();
            await saying.WaitAsync(Patience, _time, _stopping.Token);
            await echo.Heard.Task.WaitAsync(Patience / Words, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return echo.Heard.Task.IsCompleted;
    }

    private void OnMessage(RedisChannel channel, RedisValue message)
    {
        if (message.StartsWith(EchoMark))
        {
            if (_awaited is { } echo && echo.Word == message)
            {
                echo.Heard.TrySetResult();
            }

            return;
        }

        if (!_stopping.IsCancellationRequested)
        {
            _received(message);
        }
    }

    private void OnConnectionLost(object? sender, EventArgs e)
    {
        Interlocked.Increment(ref _losses);
        Become(hears: false, losses: 0);
        _woken.TrySetResult();
    }

    /// <summary>Changes over, once. A connection that broke after the word was said makes what was heard worthless.</summary>
    private void Become(bool hears, int losses)
    {
        lock (_gate)
        {
            hears = hears && losses == Volatile.Read(ref _losses);
            if (IsLive == hears || _stopping.IsCancellationRequested)
            {
                return;
            }

            // Told under the gate, so that nobody hears of a loss and the recovery before it the other way round.
            IsLive = hears;
            (hears ? _restored : _lost).Tell(_logger);
        }
    }

    [LoggerMessage(120, LogLevel.Debug, "A subscription does not hear itself yet ({Failure})")]
    private partial void LogNotHeard(string failure);

    private sealed class Echo
    {
        public RedisValue Word { get; } = (byte[])[.. EchoMark, .. Guid.NewGuid().ToByteArray()];

        public TaskCompletionSource Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
