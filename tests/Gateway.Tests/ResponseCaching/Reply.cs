namespace Gateway.Tests.ResponseCaching;

/// <summary>What a client got, and when: milliseconds from its request to the first byte of the body, and to the last.</summary>
internal readonly record struct Reply(int Status, double FirstByte, double Whole);
