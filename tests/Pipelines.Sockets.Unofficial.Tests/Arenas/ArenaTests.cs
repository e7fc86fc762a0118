using System.Runtime.CompilerServices;
using Pipelines.Sockets.Unofficial.Arenas;

namespace Pipelines.Sockets.Unofficial.Tests.Arenas;

public sealed class ArenaTests
{
    private const int BlockLength = 100;
    private static readonly ArenaOptions s_options = new(blockSizeBytes: BlockLength * sizeof(int));

    [Fact]
    public void Allocate_WhatFitsInABlock_IsOneSegment()
    {
        using var arena = new Arena<int>(s_options);
        arena.Allocate(60);

        Sequence<int> sequence = arena.Allocate(60);

        Assert.True(sequence.IsSingleSegment);
        Assert.Equal(60, sequence.FirstSpan.Length);
    }

    [Fact]
    public void Allocate_MoreThanABlock_RunsThroughSeveral()
    {
        using var arena = new Arena<int>(s_options);
        arena.Allocate(60);

        Sequence<int> sequence = arena.Allocate(250);

        Assert.False(sequence.IsSingleSegment);
        Assert.Equal(250, sequence.Length);
        Assert.Equal(40, sequence.FirstSpan.Length);
    }

    [Fact]
    public void Allocate_Nothing_IsEmpty()
    {
        using var arena = new Arena<int>(s_options);

        Assert.True(arena.Allocate(0).IsEmpty);
    }

    [Fact]
    public void Allocate_NegativeLength_Throws()
    {
        using var arena = new Arena<int>(s_options);

        Assert.Throws<ArgumentOutOfRangeException>(() => { arena.Allocate(-1); });
    }

    [Fact]
    public void Constructor_BlockSmallerThanAnElement_HoldsOneElementABlock()
    {
        using var arena = new Arena<decimal>(new ArenaOptions(blockSizeBytes: 1));

        Assert.Equal(1, arena.Allocate(3).FirstSpan.Length);
    }

    [Fact]
    public void Constructor_WithAnAllocator_Throws()
        => Assert.Throws<NotSupportedException>(() => new Arena<int>(null, new OtherAllocator()));

    [Theory]
    [InlineData(50)]  // within the first block
    [InlineData(350)] // over several
    public void Reset_ElementsWithReferences_LetsThemGo(int length)
    {
        using var arena = new Arena<object?>(new ArenaOptions(blockSizeBytes: BlockLength * IntPtr.Size));
        foreach (ref object? element in arena.Allocate(length))
        {
            element = new object();
        }

        arena.Reset();

        Assert.All(arena.Allocate(length).ToArray((in object? element) => element), Assert.Null);
    }

    [Fact]
    public void Reset_SameNeedAgain_UsesTheSameMemory()
    {
        using var arena = new Arena<int>(s_options);
        ref int before = ref arena.Allocate(1000)[999];

        arena.Reset();

        Assert.True(Unsafe.AreSame(ref before, ref arena.Allocate(1000)[999]));
    }

    [Fact]
    public void Reset_SmallRepliesAfterALargeOne_GivesTheMemoryBackLittleByLittle()
    {
        using var arena = new Arena<int>(s_options);
        ref int large = ref arena.Allocate(100_000)[99_999];
        arena.Reset();
        arena.Allocate(10);
        arena.Reset();
        Assert.False(Unsafe.AreSame(ref large, ref arena.Allocate(100_000)[99_999]));

        // A need a little below the last one keeps its memory.
        arena.Reset();
        ref int near = ref arena.Allocate(90_000)[89_999];
        arena.Reset();
        Assert.True(Unsafe.AreSame(ref near, ref arena.Allocate(90_000)[89_999]));
    }

    [Fact]
    public void Reset_OwnRetentionPolicy_IsToldTheUseAndDecides()
    {
        var told = new List<(long Retained, long Used)>();
        using var arena = new Arena<int>(new ArenaOptions(
            blockSizeBytes: BlockLength * sizeof(int),
            retentionPolicy: (retained, used) =>
            {
                told.Add((retained, used));
                return 200;
            }));
        ref int kept = ref arena.Allocate(1000)[199];

        arena.Reset();

        Assert.True(Unsafe.AreSame(ref kept, ref arena.Allocate(200)[199]));
        arena.Reset();
        Assert.Equal([(0, 1000), (200, 200)], told);
    }

    [Fact]
    public void Dispose_SequencesInUse_StayReadable()
    {
        var arena = new Arena<int>(s_options);
        Sequence<int> sequence = arena.Allocate(250);
        sequence[249] = 7;

        arena.Dispose();

        Assert.Equal(7, sequence[249]);
    }

    private sealed class OtherAllocator : Allocator<int>;
}
