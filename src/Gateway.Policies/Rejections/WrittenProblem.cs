using System.Buffers;
using System.Text.Json;

namespace Gateway.Policies.Rejections;

/// <summary>
/// A problem as JSON, all but the trace id of the request that meets it. Who answers the same problem again and again keeps it: then an
/// answer costs a copy.
/// </summary>
public sealed class WrittenProblem
{
    private readonly byte[] _head;

    public WrittenProblem(Problem problem)
    {
        Status = problem.Status;
        _head = Serialize(problem);
    }

    public int Status { get; }

    /// <summary>The length of the body with this trace id, in bytes.</summary>
    public int Length(string traceId) => _head.Length + traceId.Length + Tail.Length;

    /// <summary>Writes the body.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="traceId">ASCII that JSON has no need to escape: see <see cref="TraceId"/>.</param>
    public void WriteTo(IBufferWriter<byte> body, string traceId)
    {
        Span<byte> to = body.GetSpan(Length(traceId));
        _head.CopyTo(to);
        for (int i = 0; i < traceId.Length; i++)
        {
            to[_head.Length + i] = (byte)traceId[i];
        }

        Tail.CopyTo(to[(_head.Length + traceId.Length)..]);
        body.Advance(Length(traceId));
    }

    private static ReadOnlySpan<byte> Tail => "\"}"u8;

    private static byte[] Serialize(Problem problem)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", problem.Type);
            json.WriteString("title", problem.Title);
            json.WriteNumber("status", problem.Status);
            if (problem.Detail is not null)
            {
                json.WriteString("detail", problem.Detail);
            }

            if (problem.ViolatedPolicies is { } violated)
            {
                json.WriteStartArray("violated-policies");
                foreach (string policy in violated)
                {
                    json.WriteStringValue(policy);
                }

                json.WriteEndArray();
            }

            json.WriteString("traceId", "");
            json.WriteEndObject();
        }

        return body.WrittenSpan[..^Tail.Length].ToArray();
    }
}
