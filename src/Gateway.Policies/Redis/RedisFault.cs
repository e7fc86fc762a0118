using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
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
        RedisConnectionException connection => DescribeConnection(Innermost(connection)),
        NoPrimaryException sentinels => sentinels.Message,
        TimeoutException => "no answer in time",
        _ => failure.GetType().Name,
    };

    /// <summary>True when the other end, or the network, ended a connection without a word.</summary>
    public static bool IsBroken(Exception failure) => failure switch
    {
        RedisConnectionException connection => Innermost(connection).FailureType is ConnectionFailureType.SocketFailure or ConnectionFailureType.SocketClosed
            && !Causes(failure).Any(cause => cause is AuthenticationException or CryptographicException),
        NoPrimaryException sentinels => sentinels.IsBroken,
        _ => false,
    };

    /// <summary>A connection fails alike for a wrong password and for a certificate; what to do about it differs.</summary>
    private static string DescribeConnection(RedisConnectionException failure) => Causes(failure).FirstOrDefault(cause => cause is AuthenticationException or CryptographicException) switch
    {
        AuthenticationException => "CertificateFailure: the server's certificate is refused; it is not signed by CaCertificate (or by whom the system trusts), not for the name in sslHost, or out of date",
        CryptographicException ended => $"CertificateFailure: the server ends TLS ({AfterLast(ended.Message, "alert ")}); see ClientCertificate",
        _ when failure.FailureType == ConnectionFailureType.AuthenticationFailure => "AuthenticationFailure: Redis refuses user or password",
        _ => $"{failure.FailureType}",
    };

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (Exception? cause = InnerOf(failure); cause is not null; cause = InnerOf(cause))
        {
            yield return cause;
        }
    }

    /// <summary>Of several servers' failures the client makes one; the first that says something stands for all.</summary>
    private static Exception? InnerOf(Exception failure) =>
        failure.InnerException is AggregateException several ? several.Flatten().InnerExceptions.OrderBy(IsBroken).FirstOrDefault() : failure.InnerException;

    private static string AfterLast(string text, string mark) => text[(text.LastIndexOf(mark, StringComparison.Ordinal) is var at and >= 0 ? at + mark.Length : 0)..];

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
        while (InnerOf(failure) is RedisConnectionException inner)
        {
            failure = inner;
        }

        return failure;
    }
}
