using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using StackExchange.Redis;

namespace Harness.Scaling;

/// <summary>
/// A connection that puts a gateway's questions for permits to one primary: several calls, then all answers. It waits in its thread,
/// for who drives many of them with one thread takes no more than one core.
/// </summary>
internal sealed class Asker : IDisposable
{
    private const int Partitions = 10_000;
    private const int LinesOfAnAnswer = 6;

    /// <summary>In milliseconds.</summary>
    private const int Patience = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = Patience, SendTimeout = Patience };
    private readonly byte[] _answers = new byte[64 * 1024];
    private readonly List<int> _partitions = [];
    private readonly byte[] _calls;
    private readonly int _lines;

    /// <param name="sha">Of acquire.lua, which the primary knows.</param>
    /// <param name="limit">Permits in 10 s.</param>
    /// <param name="questions">In a call.</param>
    /// <param name="inFlight">Calls written before answers are read.</param>
    public Asker(string sha, long limit, int questions, int inFlight)
    {
        var calls = new StringBuilder();
        for (int i = 0; i < inFlight; i++)
        {
            Append(calls, sha, limit, questions);
        }

        _calls = Encoding.ASCII.GetBytes(calls.ToString());
        _lines = inFlight * (1 + (questions * LinesOfAnAnswer));
        Questions = inFlight * questions;
    }

    /// <summary>How many questions one <see cref="Put"/> puts.</summary>
    public int Questions { get; }

    public Task ConnectAsync(int port) => _socket.ConnectAsync(IPAddress.Loopback, port);

    /// <summary>Writes the calls, each question for a partition drawn anew.</summary>
    public void Put()
    {
        foreach (int at in _partitions)
        {
            Random.Shared.Next(Partitions).TryFormat(_calls.AsSpan(at), out _, "0000", CultureInfo.InvariantCulture);
        }

        _socket.Send(_calls);
    }

    /// <summary>Reads the answers to what was put.</summary>
    /// <exception cref="InvalidOperationException">One is an error.</exception>
    /// <exception cref="SocketException">None came in time.</exception>
    public void Take()
    {
        for (int left = _lines; left > 0;)
        {
            ReadOnlySpan<byte> answers = _answers.AsSpan(0, _socket.Receive(_answers));
            left -= answers.Count((byte)'\n');
            if (answers.IsEmpty || answers[0] == '-' || answers.IndexOf("\n-"u8) >= 0)
            {
                throw new InvalidOperationException("the primary said: " + Encoding.ASCII.GetString(answers[..Math.Min(answers.Length, 200)]));
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>One call; where each key's last four digits stand, which say the partition, is kept.</summary>
    private void Append(StringBuilder calls, string sha, long limit, int questions)
    {
        // Only a limit on concurrency names its leases.
        PermitRequest[] request = [new PermitRequest("busy", 1, limit, Window)];
        RedisValue[] values = PermitScripts.AcquireArguments(request, copies: 1, TimeSpan.Zero, leases: null!);
        calls.Append(CultureInfo.InvariantCulture, $"*{4 + (questions * (1 + values.Length))}\r\n");
        Append(calls, "EVALSHA", sha, questions.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < questions; i++)
        {
            // In braces what decides on the slot: the keys of a call all lie in one.
            Append(calls, string.Create(CultureInfo.InvariantCulture, $"gw:rl:1:{{busy}}-{limit}:{0:x32}"));
            _partitions.Add(calls.Length - 6);
        }

        Append(calls, questions.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < questions; i++)
        {
            Append(calls, [.. values.Select(static value => value.ToString())]);
        }
    }

    private static void Append(StringBuilder calls, params string[] arguments)
    {
        foreach (string argument in arguments)
        {
            calls.Append(CultureInfo.InvariantCulture, $"${argument.Length}\r\n{argument}\r\n");
        }
    }
}
