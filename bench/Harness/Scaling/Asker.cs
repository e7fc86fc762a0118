using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Redis;
using StackExchange.Redis;

namespace Harness.Scaling;

/// <summary>
/// Puts a gateway's questions for permits to one primary as fast as it answers, from a connection that writes several calls, then reads
/// all answers.
/// </summary>
internal sealed class Asker : IDisposable
{
    private const int Partitions = 10_000;
    private const int LinesOfAnAnswer = 6;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(10);
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly byte[] _answers = new byte[64 * 1024];
    private readonly List<int> _partitions = [];
    private readonly byte[] _calls;
    private readonly int _lines;
    private readonly int _questions;

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
        _questions = inFlight * questions;
    }

    public Task ConnectAsync(int port) => _client.ConnectAsync("127.0.0.1", port);

    /// <summary>How many questions were answered.</summary>
    /// <exception cref="InvalidOperationException">One was answered with an error.</exception>
    public async Task<long> AskAsync(TimeSpan time)
    {
        using var patience = new CancellationTokenSource(time + AnswersWithin);
        NetworkStream stream = _client.GetStream();
        long asked = 0;
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < time; asked += _questions)
        {
            foreach (int at in _partitions)
            {
                Random.Shared.Next(Partitions).TryFormat(_calls.AsSpan(at), out _, "0000", CultureInfo.InvariantCulture);
            }

            await stream.WriteAsync(_calls, patience.Token);
            await ReadAsync(stream, patience.Token);
        }

        return asked;
    }

    public void Dispose() => _client.Dispose();

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

    private async Task ReadAsync(NetworkStream stream, CancellationToken patience)
    {
        for (int left = _lines; left > 0;)
        {
            int read = await stream.ReadAsync(_answers, patience);
            ReadOnlySpan<byte> answers = _answers.AsSpan(0, read);
            left -= answers.Count((byte)'\n');
            if (read == 0 || answers[0] == '-' || answers.IndexOf("\n-"u8) >= 0)
            {
                throw new InvalidOperationException("the primary said: " + Encoding.ASCII.GetString(answers[..Math.Min(read, 200)]));
            }
        }
    }
}
