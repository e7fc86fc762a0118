using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Pipelines.Sockets.Unofficial.Arenas;

namespace Pipelines.Sockets.Unofficial.Tests.Arenas;

public sealed class SequenceTests
{
    /// <summary>Whatever the lengths and the block: every element is found again by each way of walking, and none is another's.</summary>
    [Fact]
    public void Sequences_OfAnyLengths_KeepTheirElementsApart()
        => Prop.ForAll<NonNegativeInt[], PositiveInt>((lengths, blockBytes) =>
        {
            using var arena = new Arena<int>(new ArenaOptions(blockSizeBytes: blockBytes.Get * 7));
            for (int round = 0; round < 3; round++)
            {
                Sequence<int>[] sequences = [.. lengths.Select(length => arena.Allocate(length.Get))];
                for (int i = 0, next = 0; i < sequences.Length; i++)
                {
                    foreach (ref int element in sequences[i])
                    {
                        element = next++;
                    }
                }

                int first = 0;
                for (int i = 0; i < sequences.Length; i++)
                {
                    Assert.Equal(lengths[i].Get, sequences[i].Length);
                    AssertCountsUpFrom(first, sequences[i]);
                    first += lengths[i].Get;
                }

                arena.Reset();
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Untyped_NestedInElements_GivesTheWholeTreeBack()
    {
        using var arena = new Arena<Cell>(new ArenaOptions(blockSizeBytes: 1000));
        var random = new Random(1);
        for (int round = 0; round < 50; round++)
        {
            int made = 0, found = 0;
            Verify(Build(depth: 0, ref made), ref found);
            Assert.Equal(made, found);
            arena.Reset();
        }

        Cell Build(int depth, ref int made)
        {
            if (depth == 4 || (depth > 0 && random.Next(3) == 0))
            {
                return new Cell($"leaf {made++}", default);
            }

            Sequence<Cell> items = arena.Allocate(random.Next(8) == 0 ? random.Next(60) : 1 + random.Next(6));
            foreach (ref Cell item in items)
            {
                item = Build(depth + 1, ref made);
            }

            return new Cell(null, items.Untyped());
        }

        static void Verify(Cell cell, ref int found)
        {
            if (cell.Text is not null)
            {
                Assert.Equal($"leaf {found++}", cell.Text);
            }

            foreach (Cell item in cell.Items.Cast<Cell>())
            {
                Verify(item, ref found);
            }
        }
    }

    [Fact]
    public void Cast_ToAnotherType_Throws()
    {
        using var arena = new Arena<int>();
        Sequence untyped = arena.Allocate(3).Untyped();

        Assert.Throws<InvalidCastException>(() => { untyped.Cast<string>(); });
    }

    [Fact]
    public void Default_WalkedInEveryWay_IsEmpty()
    {
        Sequence<int> none = default;

        Assert.True(none is { IsEmpty: true, IsSingleSegment: true, Length: 0 });
        Assert.True(none.FirstSpan.IsEmpty);
        AssertCountsUpFrom(0, none);
        Assert.Equal(0, none.Untyped().Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(250)]
    public void Indexer_OutOfRange_Throws(int index)
    {
        using var arena = new Arena<int>(new ArenaOptions(blockSizeBytes: 400));
        Sequence<int> sequence = arena.Allocate(250);

        Assert.Throws<ArgumentOutOfRangeException>(() => sequence[index]);
    }

    [Fact]
    public void GetNext_PastTheEnd_Throws()
    {
        using var arena = new Arena<int>();
        Sequence<int>.Enumerator elements = arena.Allocate(1).GetEnumerator();
        elements.GetNext() = 5;
        Assert.Equal(5, elements.Current);

        InvalidOperationException? thrown = null;
        try
        {
            elements.GetNext();
        }
        catch (InvalidOperationException ex)
        {
            thrown = ex;
        }

        Assert.NotNull(thrown);
    }

    [Fact]
    public void CopyTo_ShortDestination_ThrowsAndWritesNothing()
    {
        using var arena = new Arena<int>();
        Sequence<int> sequence = arena.Allocate(3);
        int[] destination = [9, 9];

        Assert.Throws<ArgumentException>(() => sequence.CopyTo<int, int>(destination, (in int element) => element));

        Assert.Equal([9, 9], destination);
    }

    private static void AssertCountsUpFrom(int first, Sequence<int> sequence)
    {
        int[] expected = [.. Enumerable.Range(first, (int)sequence.Length)];
        Assert.Equal(expected, sequence.ToArray((in int element) => element));
        Assert.Equal(expected, sequence.ToArray((in int element, in int state) => element - state, 1).Select(element => element + 1));

        int index = 0;
        Sequence<int>.Enumerator elements = sequence.GetEnumerator();
        foreach (Span<int> span in sequence.Spans)
        {
            foreach (ref int element in span)
            {
                Assert.True(Unsafe.AreSame(ref element, ref elements.GetNext()));
                Assert.True(Unsafe.AreSame(ref element, ref sequence[index++]));
            }
        }

        Assert.Equal(expected.Length, index);
        Assert.Equal(sequence.IsSingleSegment, sequence.FirstSpan.Length == sequence.Length);
    }
}
