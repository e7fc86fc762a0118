using System.Net.Sockets;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>What a failed call says about Redis, and what may be told of it. Pure.</summary>
internal static class RedisFault
{
    private const int LongestReason = 200;

    /// <summary>Tells what kind of failure an exception of the client is; null for one that is not about Redis.</summary>
    public static RedisOutcome? Of(Exception failure) => failure switch
    {
        RedisServerException server => OfReply(server.Message),
        RedisCommandException => RedisOutcome.Refused,
        TimeoutException => RedisOutcome.Slow,
        RedisException or ObjectDisposedException or OperationCanceledException or SocketException or IOException => RedisOutcome.Unreachable,
        InvalidCastException or FormatException or OverflowException => RedisOutcome.Malformed,
        _ => null,
    };

    /// <summary>True for what counts against Redis: enough of it in a row opens the circuit. The rest is an answer.</summary>
    public static bool OpensCircuit(RedisOutcome outcome) =>
        outcome is RedisOutcome.Unwilling or RedisOutcome.Unwritable or RedisOutcome.Slow or RedisOutcome.Unreachable;

    /// <summary>The failure in words that hold no key, argument or credential: the client's texts can quote keys, and a session's key holds its token.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        RedisServerException server => WithoutArguments(server.Message),
        RedisCommandException unsent => WithoutArguments(unsent.Message),
        RedisConnectionException connection => $"{Innermost(connection).FailureType}",
        TimeoutException => "no answer in time",
        _ => failure.GetType().Name,
    };

    private static RedisOutcome OfReply(string message) => FirstWord(message) switch
    {
        "LOADING" or "CLUSTERDOWN" or "MASTERDOWN" or "BUSY" or "NOAUTH" or "WRONGPASS" => RedisOutcome.Unwilling,
        "READONLY" or "OOM" or "MISCONF" or "NOREPLICAS" => RedisOutcome.Unwritable,
        _ => RedisOutcome.Refused,
    };

    private static ReadOnlySpan<char> FirstWord(string message)
    {
        int end = message.AsSpan().IndexOfAny(' ', '\r', '\n');
        return end < 0 ? message : message.AsSpan(0, end);
    }

    /// <summary>"ERR unknown command 'GETEX', with args beginning with: 'session:…'" stops before the arguments.</summary>
    private static string WithoutArguments(string message)
    {
        int arguments = message.IndexOf(", with args", StringComparison.Ordinal);
        string kept = arguments < 0 ? message : message[..arguments];
        return kept.Length <= LongestReason ? kept : kept[..LongestReason];
    }

    /// <summary>The client wraps the cause (a refused password) in what it led to (no connection).</summary>
    private static RedisConnectionException Innermost(RedisConnectionException failure)
    {
        while (failure.InnerException is RedisConnectionException inner)
        {
            failure = inner;
        }

        return failure;
    }
}
